import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** What one guess costs. OWASP's figures for argon2id are 19 MiB and 2 passes. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

export interface PasswordHashes {
  hash(password: string): Promise<string>;
  /** Takes as long where there is no hash: who has an account is not told by the time (ASVS 6.3.8). */
  verify(password: string, hash: string | null): Promise<boolean>;
}

const SALT_BYTES = 16;
const TAG_BYTES = 32;
const SHAPE = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([\w+/]+)\$([\w+/]+)$/;
/**
 * Hashes at one time; the others wait, so that a crowd at the door takes neither all memory nor all four threads by which Node also
 * reads files and looks up names (ASVS 15.2.2).
 */
const AT_ONCE = 2;

/** argon2id of Node itself (ASVS 11.4.2), stored as a PHC string with its cost, so that a raised cost keeps old ones valid. */
export function createPasswordHashes(
  cost: PasswordCost,
  random: (count: number) => Uint8Array,
): PasswordHashes {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function tag(password: string, nonce: Uint8Array, { memoryKiB, passes }: PasswordCost) {
    if (running >= AT_ONCE) await new Promise<void>((resume) => waiting.push(resume));
    else running += 1;
    try {
      return Buffer.from(
        await derive('argon2id', {
          message: Buffer.from(password.normalize('NFKC')),
          nonce,
          parallelism: 1,
          tagLength: TAG_BYTES,
          memory: memoryKiB,
          passes,
        }),
      );
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    async hash(password) {
      const salt = random(SALT_BYTES);
      const bytes = await tag(password, salt, cost);
      return `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=1$${base64(salt)}$${base64(bytes)}`;
    },
    async verify(password, hash) {
      const [, memory, passes, salt, expected] = SHAPE.exec(hash ?? '') ?? [];
      if (salt === undefined || expected === undefined) {
        await tag(password, random(SALT_BYTES), cost);
        return false;
      }
      const bytes = await tag(password, Buffer.from(salt, 'base64'), {
        memoryKiB: Number(memory),
        passes: Number(passes),
      });
      const wanted = Buffer.from(expected, 'base64');
      return wanted.length === bytes.length && timingSafeEqual(wanted, bytes);
    },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
