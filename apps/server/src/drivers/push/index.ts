/** What reaches a closed app: Web Push to the browsers of drivers who switched it on. */
export { createPush, type Push, type PushOptions } from './create-push.ts';
export type { Device } from './devices.ts';
export type { Subscription } from './subscription.ts';
