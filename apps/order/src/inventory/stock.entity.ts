import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('stock')
export class Stock {
  @PrimaryColumn({ length: 64 })
  sku!: string;

  @Column()
  available!: number;

  /** What restocking fills up to; 0 for an article that is never restocked. */
  @Column({ name: 'restock_to' })
  restockTo!: number;
}
