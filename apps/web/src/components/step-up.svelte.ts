import { Refusal } from '../api/client.ts';

/** Somebody waits until the second factor was shown again; what happens to them then. */
let asking = $state.raw<{ readonly shown: () => void; readonly left: () => void } | undefined>();

/** One question for all that need its answer at the time. */
let question: Promise<void> | undefined;

export const stepUpAsked = () => asking;

/**
 * Does what is dangerous: where the server wants the second factor again, `StepUp.svelte` asks for it, and the work is done once more.
 * @throws Refusal of the server; that with the code `step-up` where the person left the question
 */
export async function withStepUp<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'step-up') throw error;
    question ??= new Promise<void>((resolve, reject) => {
      asking = { shown: resolve, left: () => reject(error) };
    }).finally(() => {
      asking = undefined;
      question = undefined;
    });
    await question;
    return work();
  }
}
