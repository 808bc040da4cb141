import { EngineRefused, type Plan } from '@smac/optimiser';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { boosted } from '../../insight/index.ts';
import type { PlanRecord } from '../../planning/index.ts';
import { currentSoc } from '../../sites/index.ts';
import { accountIdOf } from '../driver-answers.ts';
import { socketAt } from '../driver-sockets.ts';
import { nameInPlan, outlookOf } from '../outlook-of-charge.ts';
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
  const { driverAccounts: drivers, planning, planner, sites, clock } = around;
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
      const outlook = record && (await outlookOf(around, session, record, record.plan));
      const { preferences: wishes, vehicle } = session;
      const soFar = session.endMs === undefined ? await around.priceSoFar(session.sessionId) : undefined;
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
        soFar: soFar === undefined ? null : { amount: soFar.withTaxes, currency: soFar.currency },
        soc: currentSoc(vehicle, session.energyWh) ?? null,
        socReading:
          vehicle.soc === undefined
            ? null
            : { soc: vehicle.soc.soc, source: vehicle.soc.source, atMs: vehicle.soc.atMs },
        batteryWh: vehicle.batteryWh ?? null,
        wishes: {
          profileType: wishes.profileType ?? null,
          departureMs: wishes.departureMs ?? null,
          departureFirm: wishes.departureFirm ?? false,
          targetSoc: wishes.targetSoc ?? null,
          minSoc: wishes.minSoc ?? null,
          atOnceSoc: wishes.atOnceSoc ?? null,
          atOnceWh: wishes.atOnceWh ?? null,
          usualDay: wishes.usualDay ?? null,
          energyNeedWh: wishes.energyNeedWh ?? null,
          dischargeAllowed: wishes.dischargeAllowed,
          reserveSoc: wishes.reserveSoc ?? null,
        },
        provider: {
          chosen: session.provider ?? 'site',
          name: (await drivers.partners()).find(({ peerId }) => peerId === session.provider)?.name ?? null,
          setBy: (await around.setBy(session.sessionId)) ?? null,
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
      const now = record && (await outlookOf(around, session, record, record.plan));
      if (record === undefined || now === undefined)
        throw new HttpProblem(
          409,
          'There is no plan for this charge yet: try again in a few seconds.',
          [],
          'no-plan',
        );
      const faster = await outlookOf(
        around,
        session,
        record,
        await tried(boosted(record.problem, nameInPlan(session))),
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
      if (session.endMs !== undefined) throw new HttpProblem(404, 'This charge is over.', [], 'charge-over');
      const { soc, batteryWh } = request.body;
      const ref = { peerId: session.peerId, sessionId: session.sessionId };
      if (batteryWh !== undefined) unwrap(await sites.setVehicle(ref, { batteryWh }));
      if (soc !== undefined) unwrap(await sites.reportSoc(ref, { soc, source: 'driver', atMs: clock.now() }));
      return { taken: true };
    },
  );

  async function tried(problem: PlanRecord['problem']): Promise<Plan> {
    if (trials >= TRIALS_AT_ONCE)
      throw new HttpProblem(503, 'Another trial is being solved: try again in a few seconds.', [], 'busy');
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
}
