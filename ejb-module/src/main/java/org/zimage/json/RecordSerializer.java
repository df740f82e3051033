package org.zimage.json;

import jakarta.json.bind.annotation.JsonbNillable;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.serializer.JsonbSerializer;
import jakarta.json.bind.serializer.SerializationContext;
import jakarta.json.stream.JsonGenerator;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a record's components in the order in which they are declared, null where there is nothing to say: JSON-B itself
 * knows no such order. A component that is {@link JsonbNillable} with {@code false} is left out instead.
 */
final class RecordSerializer implements JsonbSerializer<Record> {
  private static final ClassValue<List<Property>> PROPERTIES = new ClassValue<>() {
    @Override
    protected List<Property> computeValue(Class<?> type) {
      return Stream.of(type.getRecordComponents()).map(Property::of).toList();
    }
  };

  @Override
  public void serialize(Record body, JsonGenerator out, SerializationContext context) {
    out.writeStartObject();
    for (Property property : PROPERTIES.get(body.getClass())) {
      Object value = property.valueIn(body);
      if (value != null) {
        context.serialize(property.name(), value, out);
      } else if (property.isNillable()) {
        out.writeNull(property.name());
      }
    }
    out.writeEnd();
  }

  private record Property(String name, boolean isNillable, Method accessor) {
    static Property of(RecordComponent component) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      JsonbProperty named = accessor.getAnnotation(JsonbProperty.class);
      JsonbNillable nillable = accessor.getAnnotation(JsonbNillable.class);
      return new Property(named == null ? component.getName() : named.value(), nillable == null || nillable.value(), accessor);
    }

    Object valueIn(Record body) {
      try {
        return accessor.invoke(body);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(name + " of a " + body.getClass() + " cannot be read", e);
      }
    }
  }
}
