import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('stock')
export class Stock {
  @PrimaryColumn({ length: 64 })
  sku!: string;

  @Column()
  available!: number;
}
