// The status page: reads the stream of /api/status and draws it. The key, where one is needed, stays in this tab and never in an address.
import { legend, siteChart } from './chart.js';
import { ago, element, kilowattHours, kilowatts, moment, money, NONE, percent, time } from './words.js';

const AGAIN_MS = 3_000;
const $ = (id) => document.getElementById(id);

let key = sessionStorage.getItem('smac-key') ?? '';
let shown;

$('ask-key').addEventListener('submit', (event) => {
  event.preventDefault();
  key = $('key').value.trim();
  sessionStorage.setItem('smac-key', key);
  void follow();
});
void follow();

async function follow() {
  try {
    const answer = await fetch(
      'api/status/stream',
      key === '' ? {} : { headers: { authorization: `Bearer ${key}` } },
    );
    if (answer.status === 401 || answer.status === 403) return askForKey();
    if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
    $('ask-key').hidden = true;
    for await (const status of events(answer.body)) show(status);
    throw new Error('the stream ended');
  } catch {
    $('link').textContent = shown
      ? `Connection lost; this is from ${time(shown.now)}`
      : 'SMAC does not answer yet';
    $('link').className = 'lost';
    setTimeout(follow, AGAIN_MS);
  }
}

function askForKey() {
  $('link').textContent = key === '' ? 'Waiting for a key' : 'This key is not accepted';
  $('ask-key').hidden = false;
  $('key').focus();
}

/** Server-sent events by fetch, because EventSource cannot send a key. */
async function* events(body) {
  let text = '';
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '));
      if (data) yield JSON.parse(data.slice(6));
    }
  }
}

function show(status) {
  shown = status;
  $('link').textContent = `Live, ${time(status.now)} local time`;
  $('link').className = '';
  $('about').textContent =
    `${status.demo ? 'Demo: a simulated operator and simulated cars' : 'Open smart charging'}, version ${status.version}`;
  $('database').textContent = status.database;
  $('versions').textContent = status.versionsUrl;
  $('empty').hidden =
    status.contexts.length > 0 || status.parties.some((party) => party.state === 'REGISTERED');
  $('figures').replaceChildren(...figures(status));
  $('contexts').replaceChildren(...status.contexts.map((context) => contextCard(context, status.now)));
  if (status.moreContexts > 0)
    $('contexts').append(
      element('p', { class: 'note' }, `${status.moreContexts} more contexts: see /api/contexts.`),
    );
  $('parties-card').hidden = status.parties.length === 0;
  $('parties').replaceChildren(...status.parties.map((party) => partyRow(party, status.now)));
}

function figures(status) {
  const sessions = status.contexts.flatMap((context) => context.sessions);
  const savings = Object.entries(Object.groupBy(status.contexts, (context) => context.currency)).map(
    ([currency, group]) => {
      const sum = (name) => group.reduce((total, context) => total + context.savings[name], 0);
      const share = sum('baselineCost') > 0 ? ` (${percent(sum('saving') / sum('baselineCost'))})` : '';
      return figure(
        `${money(sum('saving'), currency)}${share}`,
        'saved in 7 days against uncontrolled charging',
      );
    },
  );
  const powerW = sessions.reduce((sum, session) => sum + (session.actualW ?? 0), 0);
  return [
    figure(kilowatts(powerW), 'charging now, measured'),
    figure(String(sessions.length), 'sessions'),
    ...savings,
    figure(String(status.plansMade), `plans made since ${moment(status.started, status.now)}`),
    figure(
      `${status.parties.filter((party) => party.health === 'up').length} of ${status.parties.length}`,
      'platforms answer',
    ),
  ];
}

function figure(value, what) {
  return element('div', { class: 'figure' }, element('b', {}, value), element('span', {}, what));
}

function contextCard(context, nowText) {
  const card = element('section', {}, element('h2', {}, `Site ${context.objectId} of ${context.party}`));
  if (context.shadow)
    card.append(element('p', { class: 'alarm' }, 'Shadow mode: planned and shown, nothing is sent.'));
  card.append(
    element('div', { class: 'wide' }, siteChart(context, nowText)),
    legend(context.currency),
    element('p', { class: 'note' }, planSentence(context, nowText)),
  );
  for (const sentence of context.plan?.degraded ?? [])
    card.append(element('p', { class: 'alarm' }, sentence));
  if (context.sessions.length === 0) card.append(element('p', {}, 'No car is plugged in.'));
  else card.append(sessionTable(context.sessions, nowText));
  return card;
}

function planSentence({ plan, savings, currency }, nowText) {
  const energy = `${kilowattHours(savings.energyWh)} charged in 7 days for ${money(savings.plannedCost, currency)}, uncontrolled ${money(savings.baselineCost, currency)}.`;
  if (plan === null) return `No plan yet: it comes with the first session. ${energy}`;
  return `Plan ${plan.number} made ${ago(plan.created, nowText)} by ${plan.solver} in ${Math.round(plan.solveMs)} ms (${plan.status}). ${energy}`;
}

const COLUMNS = ['EVSE', 'Wants', 'Battery', 'Charged', 'Planned', 'Actual', 'Leaves', 'Why'];
const NUMBERS = new Set(['Battery', 'Charged', 'Planned', 'Actual', 'Leaves']);

/** Less than one digit of what is shown is no news. */
const LEAST_TOLD_WH = 100;

/** Reasons carry UTC; people read the clock on the wall. */
function withLocalTimes(sentence, nowText) {
  return sentence.replace(/\d{4}-\d\d-\d\dT\d\d:\d\dZ/g, (text) => moment(text, nowText));
}

function sessionTable(sessions, nowText) {
  const head = element(
    'tr',
    {},
    ...COLUMNS.map((name) => element('th', { scope: 'col', class: NUMBERS.has(name) ? 'number' : '' }, name)),
  );
  const rows = sessions.map((session) => {
    const charged =
      session.energyNeedWh === null
        ? kilowattHours(session.energyWh)
        : `${kilowattHours(session.energyWh)} of ${kilowattHours(session.energyNeedWh)}`;
    const why =
      session.reasons.map((reason) => withLocalTimes(reason.sentence, nowText)).join(' ') ||
      (session.status === 'ACTIVE' ? 'Charges as planned.' : session.status.toLowerCase());
    const short =
      session.shortfallWh >= LEAST_TOLD_WH
        ? [element('span', { class: 'alarm' }, ` ${kilowattHours(session.shortfallWh)} cannot be met.`)]
        : [];
    return element(
      'tr',
      {},
      cell('EVSE', session.evseUid),
      cell('Wants', session.profileType.toLowerCase()),
      cell('Battery', percent(session.soc)),
      cell('Charged', charged),
      cell('Planned', kilowatts(session.plannedW)),
      cell('Actual', kilowatts(session.actualW)),
      cell('Leaves', session.departure ? moment(session.departure, nowText) : NONE),
      element('td', { class: 'reason', 'data-label': 'Why' }, why, ...short),
    );
  });
  return element(
    'div',
    { class: 'wide' },
    element('table', { class: 'sessions' }, element('thead', {}, head), element('tbody', {}, ...rows)),
  );
}

function cell(label, text) {
  return element('td', { class: NUMBERS.has(label) ? 'number' : '', 'data-label': label }, text);
}

function partyRow(party, nowText) {
  const names =
    party.parties.map(({ country, party: id, role }) => `${country}-${id} (${role})`).join(', ') ||
    party.name;
  const health = { up: 'yes', down: `no: ${party.lastError ?? 'no answer'}`, unknown: 'not asked yet' }[
    party.health
  ];
  return element(
    'tr',
    {},
    element('td', {}, names),
    element('td', {}, party.shadow ? `${party.state.toLowerCase()}, shadow` : party.state.toLowerCase()),
    element('td', party.health === 'down' ? { class: 'alarm' } : {}, health),
    element('td', {}, ago(party.lastSeen, nowText)),
  );
}
