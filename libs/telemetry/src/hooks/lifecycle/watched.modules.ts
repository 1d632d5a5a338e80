import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { InternalCoreModule } from '@nestjs/core/injector/internal-core-module/internal-core-module.js';
import type { Module } from '@nestjs/core/injector/module.js';

/** Whether a module is one the application imports, and not of the core of Nest or of this package. */
export function isWatched({ metatype, providers }: Module, ownToken: InjectionToken): boolean {
  return metatype !== InternalCoreModule && !providers.has(ownToken);
}

export function* watchedModules(modules: ModulesContainer, ownToken: InjectionToken): Generator<Module> {
  for (const module of modules.values()) {
    if (isWatched(module, ownToken)) yield module;
  }
}
