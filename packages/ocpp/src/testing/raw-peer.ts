import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';

/** A peer that sends whatever a test wants over a real WebSocket, and keeps what comes back. */
export class RawPeer {
  readonly socket: WebSocket;
  readonly received: string[] = [];
  readonly #waiting: ((text: string) => void)[] = [];
  /** The close code that the other side sent, once it has. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const text = data.toString();
      const resolve = this.#waiting.shift();
      if (resolve === undefined) this.received.push(text);
      else resolve(text);
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.on('close', (code) => resolve(code)));
  }

  static async connect(url: string, subprotocol: string): Promise<RawPeer> {
    const socket = new WebSocket(url, [subprotocol], { perMessageDeflate: false });
    const peer = new RawPeer(socket);
    await once(socket, 'open');
    return peer;
  }

  /** A raw CSMS: `peer` is the first station that connects to `url`. */
  static async csms(
    t: TestContext,
    subprotocol: string,
  ): Promise<{ readonly url: string; readonly peer: Promise<RawPeer> }> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => subprotocol });
    await once(server, 'listening');
    t.after(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    const peer = new Promise<RawPeer>((resolve) =>
      server.once('connection', (socket) => resolve(new RawPeer(socket))),
    );
    return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`, peer };
  }

  /** A text as it is; anything else as JSON. */
  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The next frame, parsed. */
  async next(): Promise<unknown> {
    const text =
      this.received.shift() ?? (await new Promise<string>((resolve) => this.#waiting.push(resolve)));
    return JSON.parse(text);
  }

  /** Sends, and gives the frame that comes next. */
  async ask(frame: unknown): Promise<unknown> {
    this.send(frame);
    return this.next();
  }
}
