export { createMetrics, type Metrics } from './metrics.ts';
export { createStatusFeed, type Status, type StatusFeed } from './status.ts';
