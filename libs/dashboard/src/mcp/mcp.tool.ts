import type { ArgumentsSchema } from './argument.schema.js';
import type { DashboardApi } from './dashboard.api.js';
import type { ToolArguments } from './tool.arguments.js';

/** Something a model can ask. Every file in `tools/` exports one. */
export interface McpTool extends ArgumentsSchema {
  readonly title: string;
  readonly description: string;
  readonly call: (args: ToolArguments, api: DashboardApi) => Promise<object>;
}
