export {
  type AddressedEvent,
  type AudienceExplanation,
  type AudienceRule,
  type AudienceRuleName,
  explainAudience,
  type Viewer,
} from './explain-audience.ts';
