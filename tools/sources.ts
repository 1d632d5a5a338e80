// To be imported before sources of a library are: these name each other as they will be called once they are built.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isSource = context.parentURL?.includes('/libs/') === true && context.parentURL.endsWith('.ts');
    const isOwn = specifier.startsWith('.') && specifier.endsWith('.js');
    return next(isSource && isOwn ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
