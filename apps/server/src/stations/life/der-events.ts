/** What a station says of its grid behaviour (OCPP 2.1 block R): alarms become events, the rest is taken note of. */
import type { Request } from '@smac/ocpp';
import { plainText } from '../plain-text.ts';
import type { RequestContext, RequestHandlers } from '../room.ts';
import { stationTime } from '../station-time.ts';
import type { House } from './house.ts';

export function derHandlers(house: House): NonNullable<RequestHandlers['2.1']> {
  async function note(
    { stationId, receivedMs }: RequestContext,
    timestamp: string,
    level: 'info' | 'alarm',
    code: string,
    text: string,
  ): Promise<void> {
    const { atMs, isSuspect } = stationTime(timestamp, receivedMs);
    await house.events.note({ stationId, source: 'station', level, code, text, atMs, receivedMs, isSuspect });
  }
  return {
    /** R05: a grid event began or ended. */
    async NotifyDERAlarm(payload: Request<'2.1', 'NotifyDERAlarm'>, context) {
      const { controlType, gridEventFault, alarmEnded = false, timestamp, extraInfo } = payload;
      const fault = gridEventFault === undefined ? '' : `, ${gridEventFault}`;
      const more = extraInfo === undefined ? '' : `: ${plainText(extraInfo, 200) ?? ''}`;
      const text = `Grid event (${controlType}${fault}) ${alarmEnded ? 'is over' : 'began'}${more}.`;
      await note(context, timestamp, alarmEnded ? 'info' : 'alarm', `DER.${controlType}`, text);
      return {};
    },
    /** R04: a scheduled control began or ended. */
    async NotifyDERStartStop({ controlId, started, timestamp }, context) {
      const text = `DER control ${plainText(controlId, 36) ?? ''} ${started ? 'began' : 'ended'}.`;
      await note(context, timestamp, 'info', 'DER.StartStop', text);
      return {};
    },
    ReportDERControl: async () => ({}),
  };
}
