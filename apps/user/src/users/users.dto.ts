import { Type } from 'class-transformer';
import { IsBoolean, IsEmail, IsInt, IsLocale, IsOptional, Length, Max, Min } from 'class-validator';

export class UserParams {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  // The largest value of the id column.
  @Max(2_147_483_647)
  id!: number;
}

export class ListUsersQuery {
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  page: number = 1;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;
}

export class CreateUserBody {
  @Length(1, 100)
  name!: string;

  @IsEmail()
  email!: string;

  @IsOptional()
  @IsLocale()
  locale?: string;

  @IsOptional()
  @IsBoolean()
  newsletter?: boolean;
}
