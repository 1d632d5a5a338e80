import { Inject, type Provider } from '@nestjs/common';
import { applicationMeter } from './application.instruments.js';
import { MeterService } from './meter.service.js';

/** Injection token of the application's OpenTelemetry `Meter`. */
const METER = Symbol('nest-telemetry.meter');

/**
 * Injects the application's OpenTelemetry `Meter`, for libraries and code written against the plain API. Instruments
 * made on it before telemetry runs work once it does. `MeterService` is the shorter way.
 *
 * @example
 * ```ts
 * constructor(@InjectMeter() private readonly meter: Meter) {}
 * ```
 * @since 0.1.0
 */
export const InjectMeter = (): ParameterDecorator & PropertyDecorator => Inject(METER);

/** What the module provides and exports for metrics. */
export const meterProviders: Provider[] = [MeterService, { provide: METER, useFactory: applicationMeter }];
