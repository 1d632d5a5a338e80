import { ExtractorLogLevel, type IExtractorMessagesConfig } from '@microsoft/api-extractor';

/** What the API extractor makes of what it notices: an error, a line in the report, or nothing. */
export const messages: IExtractorMessagesConfig = {
  compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
  extractorMessageReporting: {
    default: { logLevel: ExtractorLogLevel.Error },
    // Types that an exported one is made of, and that cannot be imported.
    'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
    // Links to overloaded functions; editors follow them.
    'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
    // There are no release tags: what an entry exports is public.
    'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
    // Also marked in the text of the report, where it has no line numbers that change all the time.
    'ae-undocumented': { logLevel: ExtractorLogLevel.None },
  },
  tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
};
