import { loadPackageCached } from '@nestjs/common/internal';

/**
 * A package that Nest has loaded for the application, in the application's own copy; undefined when it has not. Nothing is
 * loaded by asking, so that applications without microservices pay nothing for them.
 */
export function loadedByNest(name: '@nestjs/microservices' | '@grpc/grpc-js'): unknown {
  try {
    return loadPackageCached(name);
  } catch {
    return undefined;
  }
}
