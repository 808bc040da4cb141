/**
 * Level 2e: FAST sessions have their energy as early as possible, the least sum over slots of the need that is unmet after the slot.
 *
 * `holdEarliest` is for the usual case, in which nobody is in the way: then every FAST session charges at full power until it has what it needs.
 * No plan leaves less unmet after any slot, so the plans that do so are exactly the optimal face, and it is a matter of bounds alone.
 * Where they cannot all do so, the level is a programme: the content a = s - u of a FAST session is split at the need (`withUnmet`), u counts,
 * and afterwards s and u are one again (`withContents`): s between l and r and u between 0 and m leave a between l - m and r.
 */
import type { Device } from './device.ts';
import type { BlockArrowProgram } from './program.ts';

const NOTHING_KWH = 1e-9;

/** Every FAST session at full power from its arrival; undefined where a target would be missed. @param devices as in the programme */
export function holdEarliest(
  program: BlockArrowProgram,
  devices: readonly Device[],
): BlockArrowProgram | undefined {
  const lower = program.lower.slice();
  const upper = program.upper.slice();
  const fix = (j: number, value: number) => {
    lower[j] = upper[j] = value;
  };
  for (const [i, { fastWh, startWh }] of devices.entries()) {
    const block = program.devices[i];
    if (fastWh === null || block === undefined) continue;
    const { charge, discharge, content, window, chargeEfficiency } = block;
    const needKwh = fastWh / 1000;
    let stored = startWh / 1000;
    for (let k = 0; k < window; k++) {
      const [c, s] = [charge + k, content + k];
      const fullKwh = chargeEfficiency * upper[c]!;
      const missingKwh = Math.min(needKwh, upper[s]!) - stored;
      if (missingKwh <= 0 && upper[s]! > needKwh) {
        lower[s] = Math.max(lower[s]!, needKwh);
        continue;
      }
      if (missingKwh > 0 && discharge >= 0) upper[discharge + k] = 0;
      if (missingKwh > 0 && missingKwh < fullKwh - NOTHING_KWH && upper[s]! > needKwh) {
        stored = needKwh;
        lower[s] = Math.max(lower[s]!, needKwh);
        continue;
      }
      // At full power, or with a battery that is full: nothing is left open.
      const takenKwh = Math.max(0, Math.min(fullKwh, missingKwh));
      stored = missingKwh <= fullKwh + NOTHING_KWH ? Math.min(needKwh, upper[s]!) : stored + takenKwh;
      if (stored < lower[s]! - NOTHING_KWH) return undefined;
      fix(c, takenKwh / chargeEfficiency);
      fix(s, stored);
      if (discharge >= 0) upper[discharge + k] = 0;
    }
  }
  return { ...program, lower, upper };
}

/** The level as an objective of its own. @param program with a u for FAST sessions, all of them without range (`withContents`) */
export function withUnmet(program: BlockArrowProgram, devices: readonly Device[]): BlockArrowProgram {
  const lower = program.lower.slice();
  const upper = program.upper.slice();
  const cost = new Float64Array(program.variables);
  for (const [i, { fastWh }] of devices.entries()) {
    const block = program.devices[i];
    if (fastWh === null || block === undefined) continue;
    const needKwh = fastWh / 1000;
    for (let k = 0; k < block.window; k++) {
      const [s, u] = [block.content + k, block.shortfall + k];
      const [least, most] = [lower[s]!, upper[s]!];
      if (least >= needKwh) continue;
      cost[u] = 1;
      lower[s] = needKwh;
      upper[s] = Math.max(most, needKwh);
      lower[u] = Math.max(0, needKwh - most);
      upper[u] = needKwh - least;
    }
  }
  return { ...program, lower, upper, cost };
}

/** The same plans with every u at 0 and what it stood for in the bounds of the contents: for levels to which u is nothing. */
export function withContents(program: BlockArrowProgram): BlockArrowProgram {
  const lower = program.lower.slice();
  const upper = program.upper.slice();
  for (const { kind, content, shortfall, window } of program.blocks) {
    if (kind === 'row' || shortfall < 0) continue;
    for (let k = 0; k < window; k++) {
      lower[content + k]! -= upper[shortfall + k]!;
      upper[content + k]! -= lower[shortfall + k]!;
      lower[shortfall + k] = upper[shortfall + k] = 0;
    }
  }
  return { ...program, lower, upper };
}

/** The value of the level: need that is unmet after each slot, kWh. @param settled without a range of any u */
export function unmetKwh(
  { program, solution }: { program: BlockArrowProgram; solution: { x: Float64Array } },
  devices: readonly Device[],
): number {
  let sum = 0;
  for (const [i, { fastWh }] of devices.entries()) {
    const block = program.devices[i];
    if (fastWh === null || block === undefined) continue;
    for (let k = 0; k < block.window; k++) {
      sum += Math.max(0, fastWh / 1000 - solution.x[block.content + k]!);
    }
  }
  return sum;
}
