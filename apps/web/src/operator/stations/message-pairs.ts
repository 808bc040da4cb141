import type { LoggedMessage } from './station.ts';

/** A call with its answer, as far as both are known; an answer alone where its call is not in what was read. */
export interface Exchange {
  readonly key: string;
  readonly first: LoggedMessage;
  readonly answer: LoggedMessage | undefined;
  /** From call to answer, ms. */
  readonly tookMs: number | undefined;
}

const isAnswer = ({ kind }: LoggedMessage) => kind === 'CALLRESULT' || kind === 'CALLERROR';
/** A station that restarts may count its messages from 1 again: ids belong to one connection. */
const nameOf = ({ generation, messageId }: LoggedMessage) => `${generation} ${messageId}`;

/** @param messages newest first. @returns exchanges, newest first, each message in exactly one. */
export function exchangesOf(messages: readonly LoggedMessage[]): readonly Exchange[] {
  const answers = new Map<string, LoggedMessage[]>();
  const exchanges: Exchange[] = [];
  const used = new Set<number>();
  for (const message of messages.toReversed()) {
    if (!isAnswer(message)) continue;
    const name = nameOf(message);
    answers.set(name, [...(answers.get(name) ?? []), message]);
  }
  for (const message of messages.toReversed()) {
    if (isAnswer(message)) {
      if (!used.has(message.id))
        exchanges.push({ key: String(message.id), first: message, answer: undefined, tookMs: undefined });
      continue;
    }
    const answer = (answers.get(nameOf(message)) ?? []).find(
      ({ id, direction }) => id > message.id && direction !== message.direction && !used.has(id),
    );
    if (answer !== undefined) used.add(answer.id);
    exchanges.push({
      key: String(message.id),
      first: message,
      answer,
      tookMs: answer === undefined ? undefined : Date.parse(answer.at) - Date.parse(message.at),
    });
  }
  return exchanges.toReversed();
}
