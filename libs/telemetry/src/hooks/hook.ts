import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { TelemetryLogger } from '../logging/telemetry.logger.js';
import type { ResolvedOptions } from '../config/resolved-options.js';

/** What a hook may look at while it installs itself. */
export interface HookHost {
  readonly options: ResolvedOptions;
  /** Every module of the application, for hooks that find their subject through dependency injection. */
  readonly modules: ModulesContainer;
  /** Token of a provider that only modules of this package have, for hooks that look at all others. */
  readonly ownToken: InjectionToken;
  /** Takes what hooks have to log for the application. */
  readonly logger: TelemetryLogger;
  /** Absent in applications without HTTP. */
  readonly httpAdapter: AbstractHttpAdapter | undefined;
}

/** What came of an installation, shown in the boot line and by the doctor. */
export type HookOutcome =
  | {
      readonly installed: true;
      readonly uninstall: () => void;
      /** Resolves when the work is over that is running now and that the application itself waits for when it stops. */
      readonly settled?: () => Promise<void>;
      /** Called once, when the application has started. */
      readonly started?: () => void;
      /** Whether it has met nothing to listen to so far, which is not worth a word in the boot line. */
      readonly isIdle?: () => boolean;
    }
  | {
      readonly installed: false;
      readonly reason: string;
      /** The application does not use the library at all, which is not worth a word in the boot line. */
      readonly absent?: boolean;
    };

/** One way into or out of a Nest application. Every file in this folder exports one. */
export interface Hook {
  /** As shown in the boot line, e.g. `http server`. */
  readonly name: string;
  install(host: HookHost): HookOutcome;
}
