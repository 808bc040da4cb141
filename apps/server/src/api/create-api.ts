import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerFactory } from 'fastify';
import { networkOf } from '../operators/index.ts';
import { guardAccess } from './access.ts';
import { mapTileRoutes } from './map-tiles.ts';
import { mountOcpi } from './ocpi-face.ts';
import { mountOscp } from './oscp-face.ts';
import { pageRoutes } from './page-routes.ts';
import { answerProblems, HttpProblem } from './problem.ts';
import { noteReads } from './read-trail.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { authRoutes } from './routes/auth.ts';
import { bookingRoutes } from './routes/bookings.ts';
import { cdrRoutes } from './routes/cdrs.ts';
import { cityRoutes } from './routes/city.ts';
import { cityReportRoutes } from './routes/city-reports.ts';
import { contextRoutes } from './routes/contexts.ts';
import { driverAuthRoutes } from './routes/driver-auth.ts';
import { driverBookingRoutes } from './routes/driver-bookings.ts';
import { driverChargingRoutes } from './routes/driver-charging.ts';
import { driverNoticeRoutes } from './routes/driver-notices.ts';
import { driverPlanRoutes } from './routes/driver-plan.ts';
import { driverProfileRoutes } from './routes/driver-profile.ts';
import { driverProviderRoutes } from './routes/driver-provider.ts';
import { driverPushRoutes } from './routes/driver-push.ts';
import { driverReceiptRoutes } from './routes/driver-receipt.ts';
import { driverSocketRoutes } from './routes/driver-sockets.ts';
import { gridRoutes } from './routes/grid.ts';
import { healthRoutes } from './routes/health.ts';
import { inputRoutes } from './routes/inputs.ts';
import { mailRoutes } from './routes/mail.ts';
import { networkRoutes } from './routes/network.ts';
import { ocppMessageRoutes } from './routes/ocpp-messages.ts';
import { operatorRoutes } from './routes/operators.ts';
import { ownAccountRoutes } from './routes/own-account.ts';
import { partyRoutes } from './routes/parties.ts';
import { passkeyRoutes } from './routes/passkeys.ts';
import { passwordLinkRoutes } from './routes/password-links.ts';
import { paymentRoutes } from './routes/payments.ts';
import { pictureRoutes } from './routes/pictures.ts';
import { planRoutes } from './routes/plans.ts';
import { savedViewRoutes } from './routes/saved-views.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { staffRoutes } from './routes/staff.ts';
import { stationByHandRoutes } from './routes/station-by-hand.ts';
import { stationCallRoutes } from './routes/station-calls.ts';
import { stationProfileRoutes } from './routes/station-profiles.ts';
import { stationStateRoutes } from './routes/station-states.ts';
import { stationRoutes } from './routes/stations.ts';
import { statusRoutes } from './routes/status.ts';
import { surveyRoutes } from './routes/survey.ts';
import { tariffRoutes } from './routes/tariffs.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { transactionRoutes } from './routes/transactions.ts';
import { usageRoutes } from './routes/usage.ts';
import { usageLiveRoutes } from './routes/usage-live.ts';
import { setSecurityHeaders } from './security-headers.ts';
import type { ApiSurroundings } from './surroundings.ts';
import { guardTenancy } from './tenancy.ts';
import { validateWithTypeBox } from './validation.ts';

const MOST_BYTES = 1024 * 1024;
const REQUESTS_PER_MINUTE = 1200;

export interface ApiHost {
  /** Where the HTTP server comes from; default: none, for `inject`. */
  readonly serverFactory?: FastifyServerFactory;
  /** true for a request on the command line's socket. */
  readonly isLocal: (request: FastifyRequest) => boolean;
  /** Path of the public address, '' at the root of a host. */
  readonly prefix: string;
}

/** The web face of the server: REST with OpenAPI 3.1, status page, health, metrics, and OCPI below `/ocpi`. */
export async function createApi(around: ApiSurroundings, host: ApiHost): Promise<FastifyInstance> {
  const { config, log, metrics } = around;
  const app = fastify({
    bodyLimit: MOST_BYTES,
    trustProxy:
      config.trustedProxies === undefined
        ? false
        : config.trustedProxies.split(',').map((part) => part.trim()),
    genReqId: () => Buffer.from(around.random(9)).toString('base64url'),
    routerOptions: { maxParamLength: 300 },
    // A proxy may pass the public path on or strip it.
    rewriteUrl: ({ url = '/' }) =>
      host.prefix !== '' && url.startsWith(`${host.prefix}/`) ? url.slice(host.prefix.length) : url,
    ...(host.serverFactory ? { serverFactory: host.serverFactory } : {}),
  });
  app.removeContentTypeParser('text/plain');
  validateWithTypeBox(app);
  answerProblems(app, log);
  setSecurityHeaders(app, config.tlsCert !== undefined);
  guardAccess(app, around, host.isLocal);
  guardTenancy(app, around);
  noteReads(app, around);
  app.addHook('onResponse', async (request, reply) => {
    metrics.request(
      request.routeOptions.url ?? 'unknown',
      request.method,
      reply.statusCode,
      reply.elapsedTime / 1000,
    );
  });
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    allowList: (request) => host.isLocal(request),
    keyGenerator: (request) =>
      request.actor === 'visitor' ? `address:${networkOf(request.ip)}` : request.actor,
    errorResponseBuilder: (_request, { after }) =>
      new HttpProblem(429, `Too many requests: try again in ${after}.`),
  });
  await app.register(swagger, {
    transform: ({ schema, url, route }) => ({
      schema: { ...schema, 'x-right': route.config?.permission } as typeof schema,
      url,
    }),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'SMAC',
        version: around.version,
        description:
          'Open smart charging: contexts, inputs, sessions and plans. Powers in W, energies in Wh, prices per kWh, times RFC 3339 UTC. ' +
          'Import and charging are positive, export and discharging negative. OCPI has its own face below /ocpi.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: host.prefix === '' ? '/' : host.prefix }],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'smac_... from `smac apikey create`' },
          signedIn: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-smac-staff',
            description:
              'From /api/auth; drivers have __Host-smac-drive from /api/drivers. Without TLS, on this machine, the names have no prefix. ' +
              'Changes also need the header x-csrf-token.',
          },
        },
      },
      security: [{ apiKey: [] }, { signedIn: [] }],
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // Without TLS the page must not be told to fetch its parts by https; and it needs nothing from elsewhere.
    transformStaticCSP: (policy) =>
      policy
        .replace(' upgrade-insecure-requests;', '')
        .replaceAll(' https:', '')
        .replace(' validator.swagger.io', ''),
  });
  healthRoutes(app, around);
  statusRoutes(app, around);
  contextRoutes(app, around);
  inputRoutes(app, around);
  sessionRoutes(app, around);
  planRoutes(app, around);
  pictureRoutes(app, around);
  partyRoutes(app, around);
  gridRoutes(app, around);
  alarmRoutes(app, around);
  stationRoutes(app, around);
  stationCallRoutes(app, around);
  stationProfileRoutes(app, around);
  stationByHandRoutes(app, around);
  stationStateRoutes(app, around);
  ocppMessageRoutes(app);
  networkRoutes(app, around);
  transactionRoutes(app, around);
  tokenRoutes(app, around);
  tariffRoutes(app, around);
  cdrRoutes(app, around);
  paymentRoutes(app, around);
  cityRoutes(app, around);
  cityReportRoutes(app, around);
  surveyRoutes(app, around);
  usageRoutes(app, around);
  usageLiveRoutes(app, around);
  authRoutes(app, around);
  ownAccountRoutes(app, around);
  passwordLinkRoutes(app, around);
  passkeyRoutes(app, around);
  savedViewRoutes(app, around);
  staffRoutes(app, around);
  driverAuthRoutes(app, around);
  driverProfileRoutes(app, around);
  driverChargingRoutes(app, around);
  driverProviderRoutes(app, around);
  driverPlanRoutes(app, around);
  driverReceiptRoutes(app, around);
  driverSocketRoutes(app, around);
  driverBookingRoutes(app, around);
  bookingRoutes(app, around);
  driverNoticeRoutes(app, around);
  driverPushRoutes(app, around);
  mailRoutes(app, around);
  operatorRoutes(app, around);
  await mapTileRoutes(app, config.mapTiles);
  pageRoutes(app, { prefix: host.prefix, hasTiles: config.mapTiles !== undefined });
  mountOcpi(app, around, host.prefix);
  mountOscp(app, around, host.prefix);
  await app.ready();
  return app;
}
