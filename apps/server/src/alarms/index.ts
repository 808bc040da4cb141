/** What needs a person: found in what every room knows, kept with its time and with who took it on. */
export { ALARM_CODES, type Alarm, type AlarmCode, type Found, type Severity } from './alarm.ts';
export { type AlarmBook, createAlarmBook } from './alarm-book.ts';
export { findAlarms, type Sources } from './find-alarms.ts';
