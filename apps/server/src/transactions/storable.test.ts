import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallFailure } from '@smac/ocpp';
import { createMeterStore } from '../metering/index.ts';
import { groupCommit } from '../store/group-commit.ts';
import { eachDatabase } from '../store/testing/index.ts';
import { commitReports, type Pending } from './commit-reports.ts';
import { handlers } from './handlers.ts';

const NOW_MS = Date.parse('2026-06-01T08:00:00Z');
const timestamp = '2026-06-01T08:00:00Z';

eachDatabase('hostile text', (database) => {
  const messages = () => {
    const { store } = database;
    const meters = createMeterStore(store);
    const reports = groupCommit<Pending>((group) => commitReports(store, meters, group));
    let count = 0;
    return handlers({
      nowMs: () => 0,
      async take(report) {
        count += 1;
        const pending: Pending = { report, newId: `hostile-${count}`, newRef: String(count) };
        await reports.add(pending);
        assert.ok(pending.outcome);
        return pending.outcome;
      },
      async keep(entries) {
        await meters.prepare(entries);
        await store.transaction((trx) => meters.insert(trx, entries));
      },
      decide: async ({ uid }) => {
        assert.equal(uid, 'AB\ufffd');
        return { status: 'Accepted' };
      },
      isElsewhere: async () => false,
    });
  };
  const context = {
    stationId: 'hostile',
    version: '1.6',
    generation: 1,
    receivedMs: NOW_MS,
    messageId: 'm',
    afterAnswer: () => {},
    isCurrent: () => true,
  } as const;

  test('T-POISON text with NUL and half characters does not hold up the transaction messages of a station', async () => {
    const of16 = messages()['1.6'];
    const started = await of16?.StartTransaction?.(
      { connectorId: 1, idTag: 'A\0B\ud800', meterStart: 0, timestamp },
      context,
    );
    assert.ok(started !== undefined && !(started instanceof CallFailure));
    assert.equal(started.idTagInfo.status, 'Accepted');
    const metered = await of16?.MeterValues?.(
      {
        connectorId: 1,
        meterValue: [{ timestamp, sampledValue: [{ value: 'x\0y\udc00', format: 'SignedData' }] }],
      },
      context,
    );
    assert.deepEqual(metered, {});
  });

  test("T-POISON a connector whose number no database holds is the station's fault, not a defect of the server", async () => {
    const answers = messages();
    const huge = 2 ** 31;
    const of16 = await answers['1.6']?.MeterValues?.({ connectorId: huge, meterValue: [] }, context);
    assert.ok(of16 instanceof CallFailure);
    assert.equal(of16.code, 'PropertyConstraintViolation');
    const of21 = await answers['2.1']?.TransactionEvent?.(
      {
        eventType: 'Started',
        timestamp,
        triggerReason: 'CablePluggedIn',
        seqNo: 0,
        transactionInfo: { transactionId: 'tx' },
        evse: { id: huge },
      },
      { ...context, version: '2.1' },
    );
    assert.ok(of21 instanceof CallFailure);
    assert.match(of21.description, /^evse\.id: /);
  });

  test('T-POISON an EVSE or connector that is no whole number, or below 0, is refused with the code of the protocol', async () => {
    const answers = messages();
    const ask = async (evseId: number) => {
      const answer = await answers['2.0.1']?.MeterValues?.(
        { evseId, meterValue: [] as never },
        { ...context, version: '2.0.1' },
      );
      return answer instanceof CallFailure ? [answer.code, answer.description] : answer;
    };
    assert.deepEqual(await ask(1.5), ['TypeConstraintViolation', 'evseId: must be an integer']);
    assert.deepEqual(await ask(-1), ['PropertyConstraintViolation', `evseId: must be 0 to ${2 ** 31 - 1}`]);
    const old = await answers['1.6']?.MeterValues?.({ connectorId: -1, meterValue: [] }, context);
    assert.ok(old instanceof CallFailure && old.code === 'PropertyConstraintViolation');
  });

  test('a number that counts or refers and is none of this world does not lose the message: it is taken without it', async () => {
    const answers = messages();
    const tell = (seqNo: number, evseId: number) =>
      answers['2.1']?.TransactionEvent?.(
        {
          eventType: 'Started',
          timestamp,
          triggerReason: 'CablePluggedIn',
          seqNo,
          reservationId: 2 ** 40,
          transactionInfo: { transactionId: `odd-${seqNo}` },
          evse: { id: evseId },
        },
        { ...context, version: '2.1' },
      );
    for (const [n, seqNo] of [-1, 0.5, 2 ** 40].entries()) assert.deepEqual(await tell(seqNo, n + 1), {});
    const rows = await database.store.db
      .selectFrom('ocpp_transaction')
      .select(['flags', 'reservation_id'])
      .where('station_ref', 'like', 'odd-%')
      .execute();
    assert.deepEqual(
      rows,
      [1, 2, 3].map(() => ({ flags: ['reservationId-absurd', 'seq-absurd'], reservation_id: null })),
    );
  });
});
