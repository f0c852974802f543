import { Activity, BookOpen, History, type LucideIcon, Radio, Send, Users, Waypoints } from 'lucide-react';

export interface Place {
  readonly to: string;
  readonly name: string;
  readonly icon: LucideIcon;
  /** Only a sandbox has it. */
  readonly isOfSandbox?: true;
}

/** The pages, in the order of the navigation. */
export const PLACES: readonly Place[] = [
  { to: '/live', name: 'Live', icon: Radio },
  { to: '/publish', name: 'Publish', icon: Send },
  { to: '/personas', name: 'Personas', icon: Users, isOfSandbox: true },
  { to: '/history', name: 'History', icon: History },
  { to: '/subscriptions', name: 'Subscriptions', icon: Waypoints },
  { to: '/health', name: 'Health', icon: Activity },
  { to: '/catalogue', name: 'Catalogue', icon: BookOpen },
];
