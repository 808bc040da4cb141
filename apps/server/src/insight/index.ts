export { type Changes, createChanges } from './changes.ts';
export { boosted, type ChargeOutlook, chargeOutlook, energyCost } from './charge-outlook.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { ALERT_CODES, createOverview, SITE_STATES } from './overview.ts';
export { createSitePictures, type SitePicture } from './site-picture.ts';
export { createStatusFeed, type Status, type StatusFeed } from './status.ts';
