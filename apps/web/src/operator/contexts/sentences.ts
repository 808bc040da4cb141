import { kilowatts } from '../../words/numbers.ts';
import { languageInUse, say } from '../../words/words.svelte.ts';
import { hourText } from './context-diff.ts';
import { type Draft, type DraftPolicy, keyOf } from './draft.ts';

const power = (kw: number) => kilowatts(languageInUse(), kw * 1000);

/** What will hold, one sentence each; what is not given is said to limit nothing. */
export function sentencesOf(draft: Draft): string[] {
  const connectors = draft.evses.flatMap((evse) => evse.connectors);
  const back = connectors.filter(({ dischargeKw }) => (dischargeKw ?? 0) > 0);
  return [
    say('contexts.says.evses', { count: draft.evses.length, party: draft.party }),
    draft.maxImportKw === null
      ? say('contexts.says.no_import')
      : say('contexts.says.import', { power: power(draft.maxImportKw) }),
    ...(draft.capKw === null ? [] : [say('contexts.says.cap', { power: power(draft.capKw) })]),
    ...(draft.maxPhaseKw === null ? [] : [say('contexts.says.phase', { power: power(draft.maxPhaseKw) })]),
    draft.maxExportKw === null
      ? say('contexts.says.no_export')
      : say('contexts.says.export', { power: power(draft.maxExportKw) }),
    back.length === 0
      ? say('contexts.says.no_v2g')
      : say('contexts.says.v2g', {
          count: back.length,
          power: power(back.reduce((sum, { dischargeKw }) => sum + (dischargeKw ?? 0), 0)),
        }),
    draft.opportunityCost === null
      ? say('contexts.says.no_opportunity')
      : say('contexts.says.opportunity', { cost: draft.opportunityCost, currency: draft.currency }),
    ...(draft.capacityPrice === null
      ? []
      : [say('contexts.says.capacity', { price: draft.capacityPrice, currency: draft.currency })]),
    ...(draft.gridConnectionId.trim() === ''
      ? []
      : [say('contexts.says.connection', { id: draft.gridConnectionId.trim() })]),
    ...(draft.policies.length === 0 ? [say('contexts.says.no_calendar')] : []),
    ...(draft.shadow ? [say('contexts.says.shadow')] : []),
  ];
}

/** One rule of the calendar as a sentence. */
export function policySentence(policy: DraftPolicy, { evses }: Pick<Draft, 'evses'>): string {
  const labels = new Map(evses.map((evse) => [keyOf(evse), evse.label]));
  const format = new Intl.DateTimeFormat(languageInUse(), { weekday: 'short', timeZone: 'UTC' });
  const list = new Intl.ListFormat(languageInUse());
  const days =
    policy.weekdays.length === 0
      ? say('contexts.says.every_day')
      : list.format([...policy.weekdays].sort().map((one) => format.format(Date.UTC(2024, 0, one))));
  const who =
    policy.evses.length === 0
      ? say('contexts.says.all_evses')
      : list.format(policy.evses.map((key) => labels.get(key) ?? key));
  const band = [
    ...(policy.minKw === null ? [] : [say('contexts.says.least', { power: power(policy.minKw) })]),
    ...(policy.maxKw === null ? [] : [say('contexts.says.most', { power: power(policy.maxKw) })]),
    ...(policy.maxStayMinutes === null
      ? []
      : [say('contexts.says.stay', { minutes: policy.maxStayMinutes })]),
  ];
  return say('contexts.says.rule', {
    days,
    from: hourText(policy.fromHour),
    to: hourText(policy.toHour),
    who,
    band: band.length === 0 ? say('contexts.says.nothing') : band.join(', '),
  });
}
