import { TransportProvider } from '@connectrpc/connect-query';
import { useMemo } from 'react';
import { Link, Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { CallsPage } from './calls/calls-page.tsx';
import { CustomerOrdersPage } from './orders/customer-orders-page.tsx';
import { NewOrderPage } from './orders/new-order-page.tsx';
import { OrderPage } from './orders/order-page.tsx';
import { OrdersPage } from './orders/orders-page.tsx';
import { SignInDialog } from './session/sign-in-dialog.tsx';
import { CallBar } from './shell/call-bar.tsx';
import { Header } from './shell/header.tsx';
import { SearchOffIcon } from './shell/icons.tsx';
import { Notice } from './shell/notice.tsx';
import { Page } from './shell/page.tsx';
import { useStore } from './store.ts';
import { createTransport } from './transport/create-transport.ts';
import { chosenTransport } from './transport/transport-names.ts';
import { NewUserPage } from './users/new-user-page.tsx';
import { UserPage } from './users/user-page.tsx';
import { UsersPage } from './users/users-page.tsx';

export function App() {
  const name = useStore(chosenTransport);
  const transport = useMemo(() => createTransport(name), [name]);
  return (
    <TransportProvider transport={transport}>
      {/* Paths are in the fragment of the URL, so that any file server can serve the page. */}
      <Router hook={useHashLocation}>
        <button type="button" className="skip" onClick={focusMain}>
          Skip to the content
        </button>
        <Header />
        <main id="main" tabIndex={-1}>
          <Pages />
        </main>
        <CallBar />
        <SignInDialog />
      </Router>
    </TransportProvider>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/users" replace />
      </Route>
      <Route path="/users" component={UsersPage} />
      <Route path="/users/new" component={NewUserPage} />
      <Route path="/users/:id">{({ id }) => <UserPage key={id} id={decoded(id)} />}</Route>
      <Route path="/orders" component={OrdersPage} />
      <Route path="/orders/new">
        <NewOrderPage customerId="" />
      </Route>
      <Route path="/orders/new/:customer">
        {({ customer }) => <NewOrderPage key={customer} customerId={decoded(customer)} />}
      </Route>
      <Route path="/orders/:id">{({ id }) => <OrderPage key={id} id={decoded(id)} />}</Route>
      <Route path="/customers/:id">{({ id }) => <CustomerOrdersPage key={id} customerId={decoded(id)} />}</Route>
      <Route path="/calls" component={CallsPage} />
      <Route>
        <Page title="There is no such page">
          <Notice
            icon={<SearchOffIcon size={26} />}
            title="Nothing is here"
            action={<Link href="/users">See the users</Link>}
          >
            <p>The address may be mistyped, or of an older version.</p>
          </Notice>
        </Page>
      </Route>
    </Switch>
  );
}

function focusMain(): void {
  document.getElementById('main')?.focus();
}

function decoded(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}
