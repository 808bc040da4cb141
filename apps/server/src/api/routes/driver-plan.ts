import { EngineRefused, type Plan } from '@smac/optimiser';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { priceAhead } from '../../billing/index.ts';
import { boosted, type ChargeOutlook, chargeOutlook, energyCost } from '../../insight/index.ts';
import type { PlanRecord } from '../../planning/index.ts';
import { currentSoc, type SessionState } from '../../sites/index.ts';
import { accountIdOf } from '../driver-answers.ts';
import { socketAt } from '../driver-sockets.ts';
import { outside } from '../outside.ts';
import { found, HttpProblem, unwrap } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { CarBody, DriverCharge, Trial } from './driver-plan-schemas.ts';
import { OwnSessionParams } from './driver-schemas.ts';
import { describes } from './schemas.ts';

/** Trials solved at a time: the loop's own plans come first. */
const TRIALS_AT_ONCE = 1;

/** One charge of a driver as their screen shows it: state, wishes, the plan with its price, and what a boost would change. */
export function driverPlanRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { driverAccounts: drivers, planning, planner, billing, sites, clock } = around;
  const tag = 'drivers';
  const config = { permission: 'charge:own' } as const;
  let trials = 0;

  const own = async (accountId: string, sessionId: string) =>
    found(await drivers.session(accountId, sessionId), `charge ${sessionId} of yours`);

  app.get<{ Params: Static<typeof OwnSessionParams> }>(
    '/api/drivers/me/sessions/:sessionId/plan',
    {
      config,
      schema: describes({
        tag,
        summary: 'One’s charge with its plan per quarter hour, why, and about what it will cost',
        params: OwnSessionParams,
        answer: DriverCharge,
      }),
    },
    async (request) => {
      const session = await own(accountIdOf(request), request.params.sessionId);
      const record = session.endMs === undefined ? await planning.latest(session.contextId) : undefined;
      const socket = await socketAt(around, session);
      const outlook = record && (await outlookOf(session, record, record.plan));
      const { preferences: wishes, vehicle } = session;
      return outside({
        sessionId: session.sessionId,
        isLive: session.endMs === undefined,
        socket,
        status: socket.status,
        nowMs: clock.now(),
        startMs: session.startMs,
        endMs: session.endMs ?? null,
        energyWh: session.energyWh,
        powerW: session.powerW ?? null,
        soc: currentSoc(vehicle, session.energyWh) ?? null,
        batteryWh: vehicle.batteryWh ?? null,
        wishes: {
          profileType: wishes.profileType ?? null,
          departureMs: wishes.departureMs ?? null,
          departureFirm: wishes.departureFirm ?? false,
          targetSoc: wishes.targetSoc ?? null,
          minSoc: wishes.minSoc ?? null,
          energyNeedWh: wishes.energyNeedWh ?? null,
          dischargeAllowed: wishes.dischargeAllowed,
          reserveSoc: wishes.reserveSoc ?? null,
        },
        planNumber: record?.number ?? null,
        outlook: outlook ?? null,
      });
    },
  );

  app.post<{ Params: Static<typeof OwnSessionParams> }>(
    '/api/drivers/me/sessions/:sessionId/boost-trial',
    {
      config: { ...config, rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: describes({
        tag,
        summary: 'What charging as fast as possible would change; nothing is changed by asking',
        params: OwnSessionParams,
        answer: Trial,
      }),
    },
    async (request) => {
      const session = await own(accountIdOf(request), request.params.sessionId);
      const record = session.endMs === undefined ? await planning.latest(session.contextId) : undefined;
      const now = record && (await outlookOf(session, record, record.plan));
      if (record === undefined || now === undefined)
        throw new HttpProblem(409, 'There is no plan for this charge yet: try again in a few seconds.');
      const faster = await outlookOf(
        session,
        record,
        await tried(boosted(record.problem, idOf(session))),
        'FAST',
      );
      return outside({ now, boosted: faster });
    },
  );

  app.put<{ Params: Static<typeof OwnSessionParams>; Body: Static<typeof CarBody> }>(
    '/api/drivers/me/sessions/:sessionId/car',
    {
      config,
      schema: describes({
        tag,
        summary: 'Say how full the battery is, and how large, for a charge that runs',
        description: 'What station or operator report of the state of charge counts more (X19).',
        params: OwnSessionParams,
        body: CarBody,
      }),
    },
    async (request) => {
      const session = await own(accountIdOf(request), request.params.sessionId);
      if (session.endMs !== undefined) throw new HttpProblem(404, 'This charge is over.');
      const { soc, batteryWh } = request.body;
      const ref = { peerId: session.peerId, sessionId: session.sessionId };
      if (batteryWh !== undefined) unwrap(await sites.setVehicle(ref, { batteryWh }));
      if (soc !== undefined) unwrap(await sites.reportSoc(ref, { soc, source: 'driver', atMs: clock.now() }));
      return { taken: true };
    },
  );

  async function tried(problem: PlanRecord['problem']): Promise<Plan> {
    if (trials >= TRIALS_AT_ONCE)
      throw new HttpProblem(503, 'Another trial is being solved: try again in a few seconds.');
    trials += 1;
    try {
      return await planner.plan(problem, { timeLimitS: around.config.solverTimeLimitS });
    } catch (error) {
      if (error instanceof EngineRefused) throw new HttpProblem(422, error.message);
      throw error;
    } finally {
      trials -= 1;
    }
  }

  async function outlookOf(
    session: SessionState,
    record: PlanRecord,
    plan: Plan,
    profileType?: string,
  ): Promise<(ChargeOutlook & { readonly cost: unknown }) | undefined> {
    const told = chargeOutlook(record, plan, idOf(session));
    if (told === undefined) return undefined;
    const outlook = profileType === undefined ? told : { ...told, profileType };
    const tariffs = await billing.tariffs.at(session, session.startMs);
    const billed = priceAhead(tariffs, {
      startMs: session.startMs,
      profileType: outlook.profileType,
      usage: usageOf(session, outlook),
      timeZone: (await sites.timeZone(session)) ?? 'UTC',
    });
    if (billed !== undefined) return { ...outlook, cost: { ...billed, basis: 'tariff' } };
    const amount = energyCost(outlook);
    const currency = record.problem.currency ?? 'EUR';
    return { ...outlook, cost: amount === null ? null : { amount, currency, basis: 'site' } };
  }
}

const idOf = ({ peerId, sessionId }: SessionState) => `${peerId}/${sessionId}`;

/** What was charged so far, and what is planned, for the price of the whole. */
function usageOf(session: SessionState, { powerW, startMs, nowMs, slotMinutes }: ChargeOutlook) {
  const slotMs = slotMinutes * 60_000;
  const ahead = powerW.map((w, slot) => {
    const fromMs = Math.max(nowMs, startMs + slot * slotMs);
    const toMs = startMs + (slot + 1) * slotMs;
    const wh = (w * (toMs - fromMs)) / 3_600_000;
    return {
      startMs: fromMs,
      endMs: toMs,
      activity: Math.abs(w) < 1 ? ('paused' as const) : ('charging' as const),
      importedWh: Math.max(0, wh),
      exportedWh: Math.max(0, -wh),
    };
  });
  const soFar = {
    startMs: Math.min(session.startMs, nowMs),
    endMs: nowMs,
    activity: 'charging' as const,
    importedWh: Math.max(0, session.energyWh),
    exportedWh: 0,
  };
  return [soFar, ...ahead];
}
