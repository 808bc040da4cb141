/** The rules between fields, applied to those parts of the document whose shape is right. */
import type { FieldError } from './field-error.ts';
import { groupErrors } from './group-rules.ts';
import type { Problem, Session, Site, Store } from './problem.ts';

/**
 * @param sound says whether the field at a path, and everything below it, has the right shape
 */
export function ruleErrors(problem: Problem, sound: (path: string) => boolean): FieldError[] {
  const slotsSound = sound('slots') && sound('site');
  return [
    ...(['start', 'now', 'slot_minutes'].every(sound) ? nowErrors(problem) : []),
    ...(slotsSound ? seriesErrors(problem.site ?? {}, problem.slots ?? 96) : []),
    ...(['sessions', 'groups', 'stores'] as const).flatMap((name) =>
      sound(name) ? duplicateErrors(name, problem[name] ?? []) : [],
    ),
    ...soundItems('sessions', problem.sessions, sound).flatMap(([session, path]) =>
      sessionErrors(session, path),
    ),
    ...(sound('slots') ? limitErrors(problem, sound) : []),
    ...soundItems('stores', problem.stores, sound).flatMap(([store, path]) => storeErrors(store, path)),
    ...(sound('sessions') && sound('groups') ? groupErrors(problem) : []),
  ];
}

function soundItems<T>(
  name: string,
  items: readonly T[] | undefined,
  sound: (path: string) => boolean,
): [T, string][] {
  if (!Array.isArray(items)) return [];
  return items.map((item, i): [T, string] => [item, `${name}[${i}]`]).filter(([, path]) => sound(path));
}

function nowErrors(problem: Problem): FieldError[] {
  if (problem.now === undefined) return [];
  const sinceStartMs = Date.parse(problem.now) - Date.parse(problem.start);
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  if (sinceStartMs >= 0 && sinceStartMs < slotMs) return [];
  return [
    { path: 'now', message: `must lie in slot 0, which begins at ${problem.start}, got ${problem.now}` },
  ];
}

function seriesErrors(site: Site, slots: number): FieldError[] {
  return Object.entries(site)
    .filter(([, value]) => Array.isArray(value) && value.length !== slots)
    .map(([name, value]) => ({
      path: `site.${name}`,
      message: `must have ${slots} entries, one per slot, got ${(value as number[]).length}`,
    }));
}

function duplicateErrors(field: string, items: readonly { id: string }[]): FieldError[] {
  const first = new Map<string, number>();
  const errors: FieldError[] = [];
  items.forEach(({ id }, i) => {
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, i);
    else
      errors.push({ path: `${field}[${i}].id`, message: `must be unique, ${field}[${earlier}] has it too` });
  });
  return errors;
}

function sessionErrors(session: Session, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const say = (field: string, message: string) => void errors.push({ path: `${path}.${field}`, message });
  const hasBattery = session.battery_wh !== undefined;
  const hasSoc = session.soc !== undefined;
  if (hasBattery && !hasSoc) say('soc', 'is required together with battery_wh');
  if (hasSoc && !hasBattery) say('battery_wh', 'is required together with soc');
  if ((session.min_charge_w ?? 0) > session.max_charge_w) {
    say(
      'min_charge_w',
      `must not be above max_charge_w (${session.max_charge_w}), got ${session.min_charge_w}`,
    );
  }
  if ((session.max_discharge_w ?? 0) > 0 && !(hasBattery && hasSoc)) {
    say('max_discharge_w', 'needs battery_wh and soc');
  }
  if ((session.targets?.length ?? 0) > 0 && session.energy_need_wh !== undefined) {
    say('energy_need_wh', 'stands instead of targets; give one of the two');
  }
  const maxSoc = session.max_soc ?? 1;
  session.targets?.forEach((target, i) => {
    if (target.soc > maxSoc)
      say(`targets[${i}].soc`, `must not be above max_soc (${maxSoc}), got ${target.soc}`);
  });
  return errors;
}

function limitErrors({ sessions, slots = 96 }: Problem, sound: (path: string) => boolean): FieldError[] {
  return soundItems('sessions', sessions, sound).flatMap(([{ charge_limit_w: limits }, path]) =>
    limits === undefined || limits.length === slots
      ? []
      : [
          {
            path: `${path}.charge_limit_w`,
            message: `must have ${slots} entries, one per slot, got ${limits.length}`,
          },
        ],
  );
}

function storeErrors(store: Store, path: string): FieldError[] {
  const minSoc = store.min_soc ?? 0;
  const maxSoc = store.max_soc ?? 1;
  const errors: FieldError[] = [];
  if (minSoc > maxSoc) {
    errors.push({ path: `${path}.min_soc`, message: `must not be above max_soc (${maxSoc}), got ${minSoc}` });
  }
  const ceiling = Math.max(maxSoc, store.soc);
  if (store.end_soc !== undefined && store.end_soc > ceiling) {
    errors.push({
      path: `${path}.end_soc`,
      message: `must not be above max_soc (${maxSoc}), got ${store.end_soc}`,
    });
  }
  return errors;
}
