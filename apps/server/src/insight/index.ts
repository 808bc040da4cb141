export { type Changes, createChanges } from './changes.ts';
export { boosted, type ChargeOutlook, chargeOutlook } from './charge-outlook.ts';
export { type HeardOf, lastMessageMs } from './last-message.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { ALERT_CODES, createOverview, type Overview, SITE_STATES } from './overview.ts';
export { createPlanPictures, type PlanPicture } from './plan-picture.ts';
export { createSessionList, type SessionList } from './session-list.ts';
export { createSitePictures, type SitePicture } from './site-picture.ts';
export { createStatusFeed, type Status, type StatusFeed } from './status.ts';
