// The `tracing.js` of the OpenTelemetry guides, loaded with `--import` ahead of the application.
// The synchronous ESM hook is the cheaper of the two that exist, and the one without a deprecation warning.
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { register } from 'import-in-the-middle/register-hooks.mjs';

register();
new NodeSDK({ serviceName: 'shop', instrumentations: [getNodeAutoInstrumentations()] }).start();
