/** Limits below the supply point: |sum| and |sum per phase| of a group's sessions. */
import type { NormalGroup, NormalProblem, NormalSession } from '../grid/index.ts';
import { slotKwh } from './device.ts';
import type { Layout } from './layout.ts';
import { addNet } from './site-rows.ts';
import type { SparseModelBuilder } from './sparse-model.ts';

export function addGroup(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  group: NormalGroup,
  layout: Layout,
): void {
  const members = group.sessions.map((index) => normal.sessions[index]!);
  addLimit(builder, normal, layout, members, group.maxW, () => 1);
  for (const phase of [1, 2, 3]) {
    const onPhase = members.filter((session) => session.phases.includes(phase));
    addLimit(builder, normal, layout, onPhase, group.maxPhaseW, (session) => 1 / session.phases.length);
  }
}

function addLimit(
  builder: SparseModelBuilder,
  normal: NormalProblem,
  layout: Layout,
  members: readonly NormalSession[],
  limitW: number,
  share: (session: NormalSession) => number,
): void {
  if (!Number.isFinite(limitW)) return;
  for (let t = 0; t < normal.slots; t++) {
    const present = members.filter((session) => t >= session.firstSlot && t < session.endSlot);
    const upW = present.reduce((sum, session) => sum + session.maxChargeW * share(session), 0);
    const downW = present.reduce((sum, session) => sum + session.maxDischargeW * share(session), 0);
    if (upW <= limitW && downW <= limitW) continue;
    const limitKwh = slotKwh(limitW, normal.hours[t]!);
    const row = builder.row(-limitKwh, limitKwh);
    for (const session of present) addNet(builder, row, layout.sessions[session.index]!, t, share(session));
  }
}
