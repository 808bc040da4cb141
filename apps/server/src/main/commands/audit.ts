import { CannotStart } from '../../config/index.ts';
import type { AuditVerdict } from '../../operators/index.ts';
import type { Command } from '../cli.ts';
import { configOf } from './arguments.ts';
import { dataOf, withServer } from './server-call.ts';

/** `smac audit verify`: exit code 1 when the trail was tampered with. */
export const audit: Command = async ([verb, ...rest], streams) => {
  if (verb !== 'verify' || rest.length > 0) throw new CannotStart('Say what to do. Usage: smac audit verify');
  const verdict = (await withServer(configOf(streams.env), async (call) =>
    dataOf(await call('GET', '/api/audit/verify')),
  )) as AuditVerdict;
  if (verdict.ok) {
    streams.stdout.write(
      `The audit trail is whole: ${verdict.rows} rows${verdict.head ? `, head ${verdict.head.id} ${verdict.head.hash}` : ''}.\n`,
    );
    return 0;
  }
  streams.stdout.write(`The audit trail was tampered with: ${verdict.sentence}\n`);
  return 1;
};
