import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A root, a server and a station certificate, made by openssl for this test only. */
export function testPki(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'smac-ocpp-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Test root');
  for (const [name, subject] of [
    ['server', 'localhost'],
    ['station', 'CS-1'],
  ] as const) {
    const signer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', `subjectAltName=DNS:${subject}`];
    const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`, '-subj', `/CN=${subject}`];
    openssl('req', '-x509', ...newKey, ...signer, ...files);
  }
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return {
    ca: read('ca.crt'),
    serverKey: read('server.key'),
    serverCert: read('server.crt'),
    stationKey: read('station.key'),
    stationCert: read('station.crt'),
  };
}
