import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { Send } from './senders.js';

export const SEND = Symbol('send');

/** What the harness asks for: a POST to `url` with `arguments` as its body. */
interface Callback {
  readonly url: string;
  readonly arguments: unknown;
}

@Controller()
export class CallbackController {
  constructor(@Inject(SEND) private readonly send: Send) {}

  @Post('test')
  @HttpCode(200)
  async callBack(@Body() callbacks: readonly Callback[]): Promise<readonly string[]> {
    for (const callback of callbacks) await this.send(callback.url, JSON.stringify(callback.arguments));
    return [];
  }
}
