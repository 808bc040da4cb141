import { once } from 'node:events';
import { WebSocket } from 'ws';

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
