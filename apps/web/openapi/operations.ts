/** The operations of the API that the pages call; `src/api/operations.ts` is generated from the server's description of them. */
export const OPERATIONS = [
  'POST /api/auth/sign-in',
  'POST /api/auth/second-factor',
  'POST /api/auth/sign-out',
  'POST /api/auth/invitation',
  'POST /api/auth/accept',
  'GET /api/me',
  'GET /api/overview',
  'GET /api/contexts/{contextId}/picture',
  'GET /api/contexts/{contextId}/plans',
  'GET /api/contexts/{contextId}/plans/latest',
  'GET /api/contexts/{contextId}/inputs',
  'PUT /api/contexts/{contextId}/inputs/{kind}',
  'GET /api/plans/{number}',
  'POST /api/plans/preview',
  'GET /api/sessions/{peerId}/{sessionId}',
  'PUT /api/sessions/{peerId}/{sessionId}/preferences',
] as const;
