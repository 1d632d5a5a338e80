import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

type Work<T> = (manager: EntityManager) => Promise<T>;

/**
 * The one way to the database. PostgreSQL gives every transaction its own connection. SQLite has one connection that
 * all requests share: unless they take turns, a request would see, or lose, what another has not committed.
 * Work must use the manager it is given: calling back here from inside would wait for itself.
 */
@Injectable()
export class Database {
  private readonly shared: boolean;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly dataSource: DataSource) {
    this.shared = dataSource.options.type === 'better-sqlite3';
  }

  /** Without a transaction: for reading, and for a single statement that changes something. */
  run<T>(work: Work<T>): Promise<T> {
    return this.inTurn(() => work(this.dataSource.manager));
  }

  /** Commits when the work is done; rolls back when it throws. */
  transaction<T>(work: Work<T>): Promise<T> {
    return this.inTurn(() => this.dataSource.transaction(work));
  }

  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (!this.shared) return run();
    const result = this.last.then(run);
    this.last = result.catch(() => undefined);
    return result;
  }
}
