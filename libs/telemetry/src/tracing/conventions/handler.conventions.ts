import type { Attributes } from '@opentelemetry/api';
import { sharedAttributes } from '../../shared.attributes.js';
import { CODE_FUNCTION_NAME, NESTJS_CALLBACK, NESTJS_CONTROLLER } from '../../semconv.js';

/** Which method of which controller serves a request. */
export function handlerAttributes(controller: string, method: string): Attributes {
  return sharedAttributes({
    [NESTJS_CONTROLLER]: controller,
    [NESTJS_CALLBACK]: method,
    [CODE_FUNCTION_NAME]: `${controller}.${method}`,
  });
}
