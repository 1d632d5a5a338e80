import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An order that another service said was placed. Its id is the key, so hearing of it twice changes nothing. */
@Entity('customer_orders')
export class CustomerOrder {
  @PrimaryColumn({ name: 'order_id' })
  orderId!: number;

  @Column({ name: 'user_id' })
  userId!: number;
}
