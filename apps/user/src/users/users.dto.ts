import { Type } from 'class-transformer';
import { IsBoolean, IsEmail, IsInt, IsLocale, IsOptional, Length, Max, Min } from 'class-validator';

// Rules run from the property upwards and stop at the first that fails, so the type stands nearest.
export class UserParams {
  // The largest value of the id column.
  @Max(2_147_483_647)
  @Min(1)
  @IsInt()
  @Type(() => Number)
  id!: number;
}

export class ListUsersQuery {
  @Max(1_000_000)
  @Min(1)
  @IsInt()
  @Type(() => Number)
  page: number = 1;

  @Max(100)
  @Min(1)
  @IsInt()
  @Type(() => Number)
  limit: number = 20;
}

export class CreateUserBody {
  @Length(1, 100)
  name!: string;

  @IsEmail()
  email!: string;

  @IsLocale()
  @IsOptional()
  locale?: string;

  @IsBoolean()
  @IsOptional()
  newsletter?: boolean;
}
