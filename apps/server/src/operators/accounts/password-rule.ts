/** Which passwords are refused (ASVS 6.2.1, 6.2.4, 6.2.12): short ones, and those that people and lists of leaks try first. */

const LEAST = 12;
const MOST = 128;
/** Fewer different characters than this is a pattern, not a secret. */
const LEAST_DIFFERENT = 5;

/** What most leaked passwords are made of; digits, signs and repetition around one of them do not hide it. */
const COMMON = new Set(
  (
    'password passwort passw0rd motdepasse contrasena wachtwoord salasana jelszo welcome welkom bienvenido bienvenue benvenuto ' +
    'tervetuloa willkommen letmein qwerty qwertz azerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm iloveyou admin administrator ' +
    'root superuser operator changeme default secret monkey dragon football baseball basketball superman batman princess sunshine ' +
    'shadow master michael jennifer jordan harley ranger trustno trustnoone starwars pokemon computer internet samsung google ' +
    'facebook whatever freedom ginger cheese summer winter spring autumn january february monday friday abc abcd abcdef abcdefgh ' +
    'abcdefghijkl test testing guest login hello helloworld smac charging charger charge electric ev energy tesla renault nissan ' +
    'barcelona budapest roma turku correcthorsebatterystaple thequickbrownfox'
  ).split(' '),
);
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** The reason why not, as a sentence; undefined for a password that may be used. */
export function passwordFault(password: string, about: readonly string[]): string | undefined {
  const length = [...password].length;
  if (length < LEAST) return `must have at least ${LEAST} characters; four unrelated words are easy to keep`;
  if (length > MOST) return `must have at most ${MOST} characters`;
  const lower = password.toLowerCase();
  if (new Set(lower).size < LEAST_DIFFERENT)
    return 'is a pattern of a few characters: choose one that nobody guesses';
  if (isRun(lower)) return 'is a row of neighbours: choose one that nobody guesses';
  const core = lower.replaceAll(/^[^a-z]+|[^a-z]+$/g, '');
  const plain = [...core].map((sign) => LEET[sign] ?? sign).join('');
  if (isCommon(lower.replaceAll(/[^a-z]/g, '')) || isCommon(plain.replaceAll(/[^a-z]/g, ''))) {
    return 'is among the first that are tried (it is in lists of leaked passwords): choose another one';
  }
  const own = about
    .flatMap((text) => text.toLowerCase().split(/[^a-z0-9]+/))
    .filter((part) => part.length > 3);
  const rest = own.reduce((text, part) => text.replaceAll(part, ''), lower);
  if (rest.length < LEAST - 4 && rest.length < lower.length)
    return 'holds mostly your own name or address: choose another one';
  return undefined;
}

/** A common word, perhaps several times. */
function isCommon(letters: string): boolean {
  if (COMMON.has(letters)) return true;
  for (const word of COMMON) {
    if (word.length > 2 && letters !== '' && letters.replaceAll(word, '') === '') return true;
  }
  return false;
}

/** `123456789012`, `abcdefghijkl`, and so on in either direction. */
function isRun(text: string): boolean {
  const points = [...text].map((sign) => sign.codePointAt(0) ?? 0);
  const steps = points.slice(1).map((point, index) => point - (points[index] ?? 0));
  const small = steps.filter((step) => Math.abs(step) <= 1 || Math.abs(step) === 9).length;
  return small >= steps.length - 1;
}
