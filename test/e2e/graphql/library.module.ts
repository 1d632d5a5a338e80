import {
  BadRequestException,
  Injectable,
  Module,
  Scope,
  UseGuards,
  UseInterceptors,
  type CanActivate,
  type CallHandler,
  type DynamicModule,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { ApolloServerPlugin, BaseContext, GraphQLRequestListener } from '@apollo/server';
import { ApolloDriver, Plugin, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Args,
  Field,
  GraphQLModule,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { propagation, trace } from '@opentelemetry/api';
import { GraphQLError } from 'graphql';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observable } from 'rxjs';
import { runInSpan, TelemetryModule, type TelemetryOptions } from 'nest-telemetry';

@ObjectType()
class Author {
  @Field()
  name!: string;
}

@ObjectType()
class Book {
  @Field(() => Int)
  id!: number;

  @Field(() => Author)
  author!: Author;

  @Field()
  shelf!: string;
}

const active = (): string => trace.getActiveSpan()?.spanContext().spanId ?? 'none';

/** Span ids seen where an application's code runs. */
export const seen: { readonly where: string; readonly spanId: string }[] = [];

@Injectable()
class LibraryGuard implements CanActivate {
  canActivate(): boolean {
    seen.push({ where: 'guard', spanId: active() });
    return true;
  }
}

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
class LibraryInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    seen.push({ where: 'interceptor', spanId: active() });
    return next.handle();
  }
}

@Resolver(() => Book)
class BookResolver {
  @Query(() => Book)
  @UseGuards(LibraryGuard)
  @UseInterceptors(LibraryInterceptor)
  async book(@Args('id', { type: () => Int }) id: number): Promise<Partial<Book>> {
    seen.push({ where: 'resolver', spanId: active() });
    await runInSpan('load book', { attributes: { 'book.id': id } }, () => sleep(id % 7));
    return { id };
  }

  @Query(() => [Book])
  books(@Args('count', { type: () => Int }) count: number): Partial<Book>[] {
    return Array.from({ length: count }, (_, id) => ({ id }));
  }

  @Query(() => String)
  tenant(): string {
    return propagation.getActiveBaggage()?.getEntry('tenant')?.value ?? 'none';
  }

  @Query(() => String)
  fails(@Args('how') how: string): string {
    if (how === 'invalid') throw new BadRequestException('no such book');
    if (how === 'input') throw new GraphQLError('bad isbn', { extensions: { code: 'BAD_USER_INPUT' } });
    throw new TypeError('the shelf broke');
  }

  @Query(() => String)
  @UseGuards(RefusingGuard)
  secret(): string {
    return 'never';
  }

  @Mutation(() => Int)
  addBook(@Args('title') title: string): number {
    return title.length;
  }

  @Subscription(() => Book)
  async *bookLost(): AsyncGenerator<{ bookLost: Partial<Book> }> {
    await sleep(1);
    yield { bookLost: { id: -1 } };
  }

  @Subscription(() => Book)
  bookBurnt(): AsyncGenerator<{ bookBurnt: Partial<Book> }> {
    throw new TypeError('no fire');
  }

  @Subscription(() => Book, {
    filter: ({ bookAdded }: { bookAdded: Partial<Book> }) => bookAdded.id !== 3,
  })
  async *bookAdded(): AsyncGenerator<{ bookAdded: Partial<Book> }> {
    for (const id of [1, 3, 2]) {
      await sleep(5);
      yield { bookAdded: { id } };
    }
  }

  @ResolveField(() => Author)
  author(@Parent() book: Book): Author {
    if (book.id === -1) throw new RangeError('no author');
    return runInSpan('load author', {}, () => ({ name: `author ${book.id}` }));
  }

  // Without decorated parameters @nestjs/graphql calls the method past its enhancers.
  @ResolveField(() => String)
  shelf(): string {
    seen.push({ where: 'shelf', spanId: active() });
    return 'A';
  }
}

/** What goes wrong inside the server itself is never told as the end of an operation. */
@Plugin()
class CrashingPlugin implements ApolloServerPlugin {
  async requestDidStart(): Promise<GraphQLRequestListener<BaseContext>> {
    return {
      async executionDidStart({ operationName }) {
        if (operationName === 'Crash') throw new Error('the server broke');
      },
    };
  }
}

@Resolver()
@Injectable({ scope: Scope.REQUEST })
class VisitResolver {
  @Query(() => String)
  visit(): string {
    seen.push({ where: 'request-scoped', spanId: active() });
    return 'visited';
  }
}

const TYPE_DEFS = `
  type Author { name: String! }
  type Book { id: Int! author: Author! shelf: String! }
  type Query {
    book(id: Int!): Book!
    books(count: Int!): [Book!]!
    tenant: String!
    fails(how: String!): String!
    secret: String!
    visit: String!
  }
  type Mutation { addBook(title: String!): Int! }
  type Subscription { bookAdded: Book! bookLost: Book! bookBurnt: Book! }
`;

/** Where the schema comes from. */
export type SchemaSource = 'code first' | 'schema first';

@Module({})
export class LibraryModule {
  static with(source: SchemaSource, options: TelemetryOptions): DynamicModule {
    return {
      module: LibraryModule,
      imports: [
        TelemetryModule.forRoot({ serviceName: 'library', ...options }),
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          ...(source === 'code first' ? { autoSchemaFile: true } : { typeDefs: TYPE_DEFS }),
          subscriptions: { 'graphql-ws': true },
          graphiql: false,
          allowBatchedHttpRequests: true,
          includeStacktraceInErrorResponses: false,
        }),
      ],
      providers: [BookResolver, VisitResolver, CrashingPlugin],
    };
  }
}
