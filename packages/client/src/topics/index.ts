export { createTopics, type TopicsOptions } from './create-topics.ts';
export type { Topic, TopicEvent, TopicEventMatching, TopicPublishOptions, Topics } from './topics.ts';
