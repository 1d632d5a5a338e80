import type { IncomingMessage } from 'node:http';
import { BadRequestException, createParamDecorator, type ExecutionContext } from '@nestjs/common';

const TENANT_HEADER = 'x-tenant-id';
const DEFAULT_TENANT = 'public';
const TENANT = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The tenant a request is made for. */
export function tenantOf(execution: ExecutionContext): string {
  const header = execution.switchToHttp().getRequest<Pick<IncomingMessage, 'headers'>>().headers[
    TENANT_HEADER
  ];
  if (header === undefined) return DEFAULT_TENANT;
  if (typeof header === 'string' && TENANT.test(header)) return header;
  const message = 'must be 1 to 63 lower-case letters, digits and inner hyphens';
  throw new BadRequestException({
    message: `Header ${TENANT_HEADER} ${message}.`,
    errors: [{ field: TENANT_HEADER, message }],
  });
}

/** The tenant as a handler's argument. */
export const Tenant = createParamDecorator((_data: unknown, execution: ExecutionContext) =>
  tenantOf(execution),
);
