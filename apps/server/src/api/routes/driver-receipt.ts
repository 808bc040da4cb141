import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { chargeEffect } from '../../planning/index.ts';
import { accountIdOf } from '../driver-answers.ts';
import { socketAt } from '../driver-sockets.ts';
import { outside } from '../outside.ts';
import { priceOfPlainCharge } from '../price-of-plain-charge.ts';
import { found } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { OwnSessionParams } from './driver-schemas.ts';
import { describes } from './schemas.ts';

const Both = {
  actual: Type.Number(),
  uncontrolled: Type.Number({ description: 'The same energy at full power from plug-in' }),
};
const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const Effect = Type.Object({
  currency: Type.String(),
  fullPowerW: Type.Number({ description: 'Power of the uncontrolled charge' }),
  paid: Maybe(
    Type.Object(
      { ...Both, currency: Type.String() },
      { description: 'The bill against the usual tariff; null: no tariff counts, or it is not billed yet' },
    ),
  ),
  cost: Maybe(
    Type.Object(Both, {
      description: 'What its operator pays: energy at the prices of the site; null: a price is not known',
    }),
  ),
  co2Kg: Maybe(Type.Object(Both)),
  wear: Maybe(
    Type.Object(
      {
        ...Both,
        dischargedWh: Type.Number(),
        equivalentFullCycles: Type.Object(Both),
        model: Type.String(),
        uncertainty: Type.Number({ description: 'Share by which both may be off, 0..1' }),
      },
      { description: 'Share of the battery’s value; null: its size or state of charge is not known' },
    ),
  ),
});
const Receipt = Type.Object({
  sessionId: Type.String(),
  effect: Maybe(Effect),
});

const DAY_MS = 24 * 3_600_000;

/** What smart charging did for one charge of a driver that is over (SMC_012). */
export function driverReceiptRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { driverAccounts: drivers, sites } = around;

  app.get<{ Params: Static<typeof OwnSessionParams> }>(
    '/api/drivers/me/sessions/:sessionId/receipt',
    {
      config: { permission: 'charge:own', rateLimit: { max: 120, timeWindow: 60_000 } },
      schema: describes({
        tag: 'drivers',
        summary:
          'What smart charging did for a charge that is over: what is paid, energy cost, CO2 and battery wear',
        description:
          'Measured energy per minute against the same energy at full power from plug-in; a difference to one’s disadvantage is told, too. `effect` is null while the charge runs and where nothing was charged.',
        params: OwnSessionParams,
        answer: Receipt,
      }),
    },
    async (request) => {
      const { sessionId } = request.params;
      const session = found(
        await drivers.session(accountIdOf(request), sessionId),
        `charge ${sessionId} of yours`,
      );
      const { contextId, startMs, endMs, vehicle } = session;
      if (endMs === undefined) return { sessionId, effect: null };
      const [context, readings, series, socket] = await Promise.all([
        sites.context(contextId),
        sites.readings(contextId, startMs, endMs),
        // Slots are found by their beginning: the one in which the charge began may be as long as a day.
        sites.series(contextId, startMs - DAY_MS, endMs),
        socketAt(around, session),
      ]);
      const known = [socket.maxW, vehicle.maxChargeW, vehicle.observedMaxW].filter((w) => w !== undefined);
      const effect = chargeEffect({
        startMs,
        endMs,
        energyWh: session.energyWh,
        readings: readings.filter(({ ref }) => ref.sessionId === sessionId && ref.peerId === session.peerId),
        fullPowerW: Math.min(...known),
        vehicle,
        price: series.price,
        co2: series.co2,
      });
      if (effect === undefined) return { sessionId, effect: null };
      const [bill, plain] = await Promise.all([
        around.priceSoFar(sessionId),
        priceOfPlainCharge(around, { ...session, endMs }, effect.fullPowerW),
      ]);
      const paid =
        bill === undefined || plain?.basis !== 'tariff'
          ? null
          : { actual: bill.withTaxes, uncontrolled: plain.amount, currency: bill.currency };
      const currency = context?.statics?.currency ?? 'EUR';
      return outside({ sessionId, effect: { currency, paid, ...effect } });
    },
  );
}
