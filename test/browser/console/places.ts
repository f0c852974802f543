/** The pages of the console: the name in the navigation, which is also the heading, and where it is. */
export const PLACES = [
  { name: 'Live', place: '/live' },
  { name: 'Publish', place: '/publish' },
  { name: 'Personas', place: '/personas' },
  { name: 'History', place: '/history' },
  { name: 'Subscriptions', place: '/subscriptions' },
  { name: 'Health', place: '/health' },
  { name: 'Catalogue', place: '/catalogue' },
] as const;
