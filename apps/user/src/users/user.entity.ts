import { Column, Entity, PrimaryGeneratedColumn, VirtualColumn } from 'typeorm';

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

  /** How many orders are known of; counted when it is read, so it cannot drift. */
  @VirtualColumn({
    query: (user) => `SELECT CAST(COUNT(*) AS integer) FROM customer_orders WHERE user_id = ${user}.id`,
  })
  orders!: number;
}
