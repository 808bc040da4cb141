/** What reaches drivers by e-mail. */
export { createDriverMail, type DriverMail } from './create-driver-mail.ts';
export { type DriverMailState, wishesOf } from './wish.ts';
