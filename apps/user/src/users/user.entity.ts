import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export interface UserPreferences {
  /** BCP 47 tag. */
  readonly locale: string;
  readonly newsletter: boolean;
}

@Entity('users')
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 100 })
  name!: string;

  @Column({ length: 254, unique: true })
  email!: string;

  @Column('simple-json')
  preferences!: UserPreferences;
}
