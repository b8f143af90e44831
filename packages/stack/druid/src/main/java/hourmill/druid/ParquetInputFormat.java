package hourmill.druid;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.druid.data.input.ColumnsFilter;
import org.apache.druid.data.input.InputEntity;
import org.apache.druid.data.input.InputEntity.CleanableFile;
import org.apache.druid.data.input.InputEntityReader;
import org.apache.druid.data.input.InputFormat;
import org.apache.druid.data.input.InputRow;
import org.apache.druid.data.input.InputRowSchema;
import org.apache.druid.data.input.IntermediateRowParsingReader;
import org.apache.druid.data.input.impl.MapInputRowParser;
import org.apache.druid.java.util.common.CloseableIterators;
import org.apache.druid.java.util.common.parsers.CloseableIterator;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;

/**
 * {@code "inputFormat": {"type": "parquet", "binaryAsString": false}}, the stand-in for the one of Druid's Parquet
 * extension. It reads the columns that the task uses, of the types of {@link ParquetValues}. Any other property
 * ({@code flattenSpec} too) is refused when the task is submitted, any other column type fails the task.
 */
public final class ParquetInputFormat implements InputFormat {
  @JsonProperty private boolean binaryAsString;

  @JsonAnySetter
  void refuse(String property, Object value) {
    if (value != null) {
      throw new IllegalArgumentException("This parquet input format does not know " + property);
    }
  }

  @Override
  public boolean isSplittable() {
    return false;
  }

  @Override
  public InputEntityReader createReader(InputRowSchema schema, InputEntity source, File temporaryDirectory) {
    return new Reader(schema, source, temporaryDirectory, new ParquetValues(binaryAsString));
  }

  private static final class Reader extends IntermediateRowParsingReader<Map<String, Object>> {
    private final InputRowSchema schema;
    private final InputEntity source;
    private final File temporaryDirectory;
    private final ParquetValues values;

    Reader(InputRowSchema schema, InputEntity source, File temporaryDirectory, ParquetValues values) {
      this.schema = schema;
      this.source = source;
      this.temporaryDirectory = temporaryDirectory;
      this.values = values;
    }

    /** A Parquet file is read from its end, so one that is not local comes here first, whole. */
    @Override
    protected CloseableIterator<Map<String, Object>> intermediateRowIterator() throws IOException {
      CleanableFile file = source.fetch(temporaryDirectory, new byte[InputEntity.DEFAULT_FETCH_BUFFER_SIZE]);
      ParquetReader<Group> reader = open(file.file(), schema.getColumnsFilter());
      Iterator<Map<String, Object>> rows =
          Stream.generate(() -> next(reader)).takeWhile(Objects::nonNull).map(values::row).iterator();
      return CloseableIterators.wrap(rows, () -> {
        reader.close();
        file.close();
      });
    }

    @Override
    protected List<InputRow> parseInputRows(Map<String, Object> row) {
      return List.of(MapInputRowParser.parse(schema, row));
    }

    @Override
    protected List<Map<String, Object>> toMap(Map<String, Object> row) {
      return List.of(row);
    }

    @Override
    protected InputEntity source() {
      return source;
    }
  }

  private static Group next(ParquetReader<Group> reader) {
    try {
      return reader.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens only the wanted columns, without Hadoop's configuration and file systems. */
  private static ParquetReader<Group> open(File file, ColumnsFilter wanted) throws IOException {
    return new ParquetReader.Builder<Group>(new LocalInputFile(file.toPath()), new PlainParquetConfiguration()) {
      @Override
      protected ReadSupport<Group> getReadSupport() {
        return new GroupReadSupport() {
          @Override
          public ReadContext init(InitContext context) {
            MessageType all = context.getFileSchema();
            var columns = all.getFields().stream().filter(column -> wanted.apply(column.getName())).toList();
            return new ReadContext(new MessageType(all.getName(), columns));
          }
        };
      }
    }.build();
  }
}
