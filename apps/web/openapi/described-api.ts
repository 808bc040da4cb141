import { testServer } from '../../server/src/main/testing/test-server.ts';
import type { OpenApi } from './generate.ts';

/** The server's own description of its API, from a server that runs for as long as it takes to ask. */
export async function describedApi(): Promise<OpenApi> {
  const server = await testServer();
  try {
    const answer = await fetch(`${server.url}/docs/json`);
    return (await answer.json()) as OpenApi;
  } finally {
    await server.close();
  }
}
