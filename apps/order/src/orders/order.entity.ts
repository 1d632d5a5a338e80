import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm';

@Entity('orders')
export class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 63 })
  tenant!: string;

  @Column({ name: 'user_id' })
  userId!: number;

  @Column({ name: 'total_cents' })
  totalCents!: number;

  @Column({ name: 'payment_id', type: 'varchar', length: 64, nullable: true })
  paymentId!: string | null;

  /** Chosen by the caller; the same key never makes a second order. */
  @Column({ name: 'idempotency_key', type: 'varchar', length: 255, nullable: true })
  idempotencyKey!: string | null;

  /** Tells whether a key came again with another request. */
  @Column({ length: 64 })
  fingerprint!: string;

  @OneToMany(() => OrderLine, (line) => line.order)
  lines!: OrderLine[];
}

@Entity('order_lines')
export class OrderLine {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Order, (order) => order.lines)
  @JoinColumn({ name: 'order_id' })
  order!: Order;

  @Column({ length: 64 })
  sku!: string;

  @Column()
  quantity!: number;

  @Column({ name: 'price_cents' })
  priceCents!: number;
}
