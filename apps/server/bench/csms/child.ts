/** A process of its own that answers questions of the benchmark: what it costs is measured apart from everybody else. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Questions and their answers; everything travels as JSON. Each child names the types of its own. */
export type Answers = Readonly<Record<string, (asked: never) => Promise<unknown>>>;

type Question = { readonly id: number; readonly what: string; readonly asked: unknown };
type Reply = { readonly id: number; readonly value?: unknown; readonly fault?: string };

/** The other end of a child. */
export interface Child<A extends Answers> {
  readonly pid: number;
  ask<W extends keyof A & string>(what: W, asked: Parameters<A[W]>[0]): ReturnType<A[W]>;
  stop(): Promise<void>;
}

/** In the child: answers until the parent goes. */
export function answerParent(answers: Answers): void {
  process.on('message', ({ id, what, asked }: Question) => {
    const reply = (rest: Omit<Reply, 'id'>) => process.send?.({ id, ...rest });
    Promise.resolve()
      .then(() => answers[what]?.(asked as never))
      .then(
        (value) => reply({ value }),
        (error: unknown) =>
          reply({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.once('disconnect', () => process.exit(0));
}

/** In the parent. @param execArgv e.g. `--cpu-prof` */
export function startChild<A extends Answers>(
  file: string,
  env: Readonly<Record<string, string>>,
  execArgv: readonly string[] = [],
): Child<A> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { ...process.env, ...env },
    execArgv: [...execArgv],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  child.on('message', ({ id, value, fault }: Reply) => {
    const { resolve, reject } = waiting.get(id) ?? Promise.withResolvers<unknown>();
    waiting.delete(id);
    if (fault === undefined) resolve(value);
    else reject(new Error(fault));
  });
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${code}`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    ask(what, asked) {
      const question = Promise.withResolvers<unknown>();
      last += 1;
      waiting.set(last, question);
      child.send({ id: last, what, asked });
      return question.promise as ReturnType<A[typeof what]>;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
