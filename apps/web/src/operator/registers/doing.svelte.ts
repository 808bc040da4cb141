import { Refusal } from '../../api/client.ts';
import { withStepUp } from '../../components/step-up.svelte.ts';
import { say } from '../../words/words.svelte.ts';

/** What is done only when somebody says yes to it. */
export interface Question {
  readonly title: string;
  /** What will happen, and what cannot be taken back. */
  readonly sentence: string;
  readonly action: string;
  readonly go: () => void;
}

/** What became of the last thing somebody did on a page, in a sentence. */
export interface Doing {
  readonly wrong: string;
  readonly told: string;
  readonly isBusy: boolean;
  /** `RegisterFrame.svelte` asks it. */
  readonly question: Question | undefined;
  ask(question: Question): void;
  /** Yes does it; no forgets it. */
  answer(isYes: boolean): void;
  /** Asks for the second factor where the server wants it. @param done said when it went well @returns whether it did */
  attempt(work: () => Promise<unknown>, done?: string): Promise<boolean>;
}

export function createDoing(): Doing {
  let wrong = $state('');
  let told = $state('');
  let isBusy = $state(false);
  let question = $state.raw<Question | undefined>();
  /** Works under way: while one of them is, the page is busy. */
  let underWay = 0;
  return {
    get wrong() {
      return wrong;
    },
    get told() {
      return told;
    },
    get isBusy() {
      return isBusy;
    },
    get question() {
      return question;
    },
    ask(next) {
      question = next;
    },
    answer(isYes) {
      const asked = question;
      question = undefined;
      if (isYes) asked?.go();
    },
    async attempt(work, done = '') {
      wrong = '';
      told = '';
      underWay += 1;
      isBusy = true;
      try {
        await withStepUp(work);
        // A reading that ends has nothing to say, and takes nothing back that was said meanwhile.
        if (done !== '') told = done;
        return true;
      } catch (error) {
        wrong = error instanceof Refusal ? error.message : say('failed');
        return false;
      } finally {
        underWay -= 1;
        isBusy = underWay > 0;
      }
    },
  };
}
